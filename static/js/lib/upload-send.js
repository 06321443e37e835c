// One file over the wire, in the tus protocol: cut off anywhere, it goes on where it stopped.

import { headersOfOurs, problemOf } from "./upload-server.js";

// Small files come with their first request. Of a large one the address must be known before.
const WITH_CREATION = 8 * 1024 * 1024;
// Proxies like to limit the size of one request; the browser streams a piece from the disk.
const PIECE = 32 * 1024 * 1024;

// A phone that slept, a line that died without a word: XMLHttpRequest would wait for ever.
const LONGEST_SILENCE = 60_000;

/**
 * Send a file; resolves with the number of its row in the import. Fails with what
 * upload-server.js knows as problems.
 */
export function send(run, item, file, onProgress) {
  return new Promise((resolve, reject) => {
    let row = null;
    let silence = null;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        upload.abort();
        reject(problemOf(0));
      }, LONGEST_SILENCE);
    };
    const over = (end, value) => {
      clearTimeout(silence);
      end(value);
    };
    const upload = new tus.Upload(file, {
      endpoint: `${run.page}uploads/`,
      uploadUrl: item.upload ?? null,
      uploadSize: item.size,
      chunkSize: PIECE,
      uploadDataDuringCreation: item.size <= WITH_CREATION,
      metadata: {
        filename: item.path,
        sha256: item.sha256,
        modified: String(item.modified),
      },
      headers: headersOfOurs(),
      // The server is asked what it has before each try; nothing else needs to be remembered.
      storeFingerprintForResuming: false,
      retryDelays: null,
      onProgress: (sent) => {
        listen();
        onProgress(sent);
      },
      onAfterResponse: (_, response) => {
        row = response.getHeader("Imported-File") ?? row;
      },
      onSuccess: () => (row ? over(resolve, Number(row)) : over(reject, problemOf(0))),
      onError: (error) => over(reject, problemOfTus(error)),
    });
    listen();
    upload.start();
  });
}

function problemOfTus(error) {
  const response = error.originalResponse;
  if (!response) return problemOf(0);
  let body = null;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    // A proxy's page, perhaps.
  }
  return problemOf(response.getStatus(), body);
}
