"""Every setting of the product, grouped; values come from the environment, defaults suit one home.

Nothing here is secret. Whatever an installation keeps (database, photos, secret key) lies in one
folder: ./data, or what CONTACTSHEET_DATA names. docs/administration.md explains each variable.
"""

import atexit
import os
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from gallery.config import hooks
from gallery.config.databases import database_for
from gallery.config.hosts import own_hosts
from gallery.config.keys import secret_key_in
from gallery.config.storages import storage_for

env = environ.Env()

# --- Places -----------------------------------------------------------------------------------

BASE_FOLDER = Path(__file__).resolve().parent.parent.parent

# Tests must never touch a real library, whatever the environment says.
TESTING = "pytest" in sys.modules or sys.argv[1:2] == ["test"]


def _data_folder() -> Path:
    if TESTING:
        folder = Path(tempfile.mkdtemp(prefix="contactsheet-tests-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder
    folder = Path(env.str("CONTACTSHEET_DATA", default=str(BASE_FOLDER / "data")))
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return folder


DATA_FOLDER = _data_folder()

# Uploads in progress and unpacked archives: on the same disk as the originals, so that moving a
# finished file is one rename.
INCOMING_FOLDER = DATA_FOLDER / "incoming"
INCOMING_FOLDER.mkdir(exist_ok=True, mode=0o750)

# --- Who may connect --------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key_in(DATA_FOLDER)
DEBUG = env.bool("CONTACTSHEET_DEBUG", default=False)

ALLOWED_HOSTS = env.list("CONTACTSHEET_HOSTS", default=[]) or own_hosts()
CSRF_TRUSTED_ORIGINS = env.list("CONTACTSHEET_ORIGINS", default=[])

# How many proxies of ours stand in front. Only with one or more are X-Forwarded-... headers
# believed: from anybody else they are a way to lie about one's address.
TRUSTED_PROXIES = env.int("CONTACTSHEET_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# True once the product is reached over https only.
SERVED_OVER_HTTPS = env.bool("CONTACTSHEET_HTTPS", default=False)
SESSION_COOKIE_SECURE = SERVED_OVER_HTTPS
CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_HTTPS else 0
SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS
# HSTS for all subdomains, and preloading, bind other services too: not ours to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, over http

# --- Apps and what every request passes through -----------------------------------------------

INSTALLED_APPS = [
    "gallery",
    "dedup",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gallery.web.middleware.FormSizeMiddleware",  # before CSRF is checked, which reads the form
    "gallery.web.middleware.SignInMiddleware",  # every page is private unless it says otherwise
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last, so that it sees every failed sign-in
]

# Where in /api/v1/ -> which ninja router; strings, because only this package names both apps.
API_ROUTERS: dict[str, str] = {
    "photos": "gallery.api.photos.router",
    "cameras": "gallery.api.photos.camera_router",
    "changes": "gallery.api.photos.change_router",
    "imports": "gallery.api.imports.router",
    "scans": "dedup.api.scans.router",
    "groups": "dedup.api.groups.router",
    "decisions": "dedup.api.groups.decision_router",
}

ROOT_URLCONF = "gallery.config.urls"
WSGI_APPLICATION = "gallery.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_FOLDER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------

DATABASE_URL = env.str("CONTACTSHEET_TEST_DATABASE_URL" if TESTING else "DATABASE_URL", default="")
DATABASES = {"default": database_for(DATABASE_URL, DATA_FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache ------------------------------------------------------------------------------------

# Files, because every process must see them; Redis (rediss://...) for more than one machine.
CACHE_URL = "" if TESTING else env.str("CACHE_URL", default="")


def _cache(name: str) -> dict[str, Any]:
    if CACHE_URL:
        return {**env.cache("CACHE_URL"), "KEY_PREFIX": name}
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_FOLDER / "cache" / name),
    }


CACHES = {"default": _cache("default"), "cluster": _cache("cluster")}

# --- Files ------------------------------------------------------------------------------------

STORAGE_URL = "" if TESTING else env.str("STORAGE_URL", default="")

STORAGES: dict[str, Any] = {
    "default": storage_for("originals", STORAGE_URL, DATA_FOLDER),
    "originals": storage_for("originals", STORAGE_URL, DATA_FOLDER),
    "derivatives": storage_for("derivatives", STORAGE_URL, DATA_FOLDER),
    "staticfiles": {
        # Tests ask for pages without collecting static files first.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "gallery.config.static_files.HashedStaticFiles"
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_FOLDER / "static"]
WHITENOISE_USE_FINDERS = TESTING

FILE_UPLOAD_TEMP_DIR = str(INCOMING_FOLDER)
FILE_UPLOAD_PERMISSIONS = 0o640

# Set to the internal address under which nginx or Caddy can read DATA_FOLDER itself.
ACCEL_REDIRECT_PREFIX = env.str("CONTACTSHEET_ACCEL_REDIRECT", default="")

# --- Limits -----------------------------------------------------------------------------------

# The largest single file that is taken in: a 200-megapixel phone picture has about 50 MB.
MAX_FILE_BYTES = env.int("CONTACTSHEET_MAX_FILE_BYTES", default=300 * 1000**2)
# The largest zip that is taken in over the net; a Takeout comes in parts of up to 50 GB.
MAX_ARCHIVE_BYTES = env.int("CONTACTSHEET_MAX_ARCHIVE_BYTES", default=64 * 1000**3)
# The largest picture that is decoded: 120 million pixels are 360 MB in memory, and two workers
# and the web server must fit into 1 GiB.
MAX_PIXELS = env.int("CONTACTSHEET_MAX_PIXELS", default=120_000_000)
# No file is taken in that would leave less free space than this on the disk.
FREE_DISK_FLOOR = env.int("CONTACTSHEET_FREE_DISK_FLOOR", default=1000**3)
# An upload nobody went on with is thrown away after this time.
UPLOAD_KEEPING_TIME = timedelta(hours=env.int("CONTACTSHEET_UPLOAD_HOURS", default=48))
# An upload from which nothing came for so long is closed: its browser is gone.
UPLOAD_QUIET_TIME = timedelta(hours=1)
# How long the trash keeps a photo before it is deleted for ever.
TRASH_KEEPING_TIME = timedelta(days=env.int("CONTACTSHEET_TRASH_DAYS", default=30))

DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # "select all" sends one field for each photo
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000  # the upload form without JavaScript sends all at once

# --- Signing in -------------------------------------------------------------------------------

AUTH_USER_MODEL = "gallery.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it stops a locked-out guesser
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if TESTING:  # the real ones are slow on purpose
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "gallery:login"
LOGIN_REDIRECT_URL = "gallery:timeline"
LOGOUT_REDIRECT_URL = "gallery:login"

SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SESSION_COOKIE_HTTPONLY = True
# In a cookie, a message would make browsers that heed "Vary: Cookie" fetch all pictures anew.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# Ten wrong passwords for one name from one address lock that pair for fifteen minutes. Not the
# address alone: a household shares one.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "gallery.views.account.locked_out"  # says how long to wait
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "gallery.config.proxies.client_address"
AXES_VERBOSE = False

# --- What a page may do in the browser --------------------------------------------------------

# Everything comes from this server: no inline script or style, no outside request, ever.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: previews of files chosen for upload
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- Background work --------------------------------------------------------------------------

# Processes are the parallelism. Pools of threads inside each only wait for one another: two scans'
# small matrix products took ten times as long. And in a forked process OpenCV waits for ever for
# threads that stayed with its parent.
for _variable in ("OPENCV_FOR_THREADS_NUM", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# Processes that work on imports and scans at the same time.
WORKERS = env.int("CONTACTSHEET_WORKERS", default=2)

# The queue only rings a bell; gallery.models.job holds what is to be done and what is done.
Q_CLUSTER = {
    "name": "contactsheet",
    "orm": "default",
    "workers": WORKERS,
    # A task works for about 20 s. A delivery is repeated after `retry`, counted from the pull,
    # so it must lie above `timeout` and the time in the short internal queue.
    "timeout": 180,
    "retry": 420,
    "queue_limit": WORKERS,
    "bulk": 1,
    "ack_failures": True,  # our own chunks do the retries
    "max_attempts": 5,
    "save_limit": -1,  # saving successes costs half of the speed and tells nothing new
    "recycle": 500,
    "max_rss": 700_000,  # kB
    "poll": 0.2,
    "guard_cycle": 1,
    "catch_up": False,
    "cache": "cluster",
    "label": "Queue",
    "log_level": "WARNING",
}

# A claimed chunk belongs to its worker this long after its last sign of life. Shorter than
# `retry`, or a repeated delivery would find the chunk still taken.
CHUNK_LEASE = timedelta(seconds=120)
# A chunk that failed or lost its worker this often is given up; its job goes on without it.
CHUNK_ATTEMPTS = 4
# A task takes chunks for this long, then lets other jobs have their turn.
TASK_SLICE = timedelta(seconds=20)
# How long finished jobs stay listed.
JOB_KEEPING_TIME = timedelta(days=90)

# How the work edge rings for a job; named, because the queue lies above the rules in the layers.
DOORBELL = "gallery.tasks"

# Which part is called when, by name.
JOB_HANDLERS = hooks.JOB_HANDLERS
BULK_KINDS = hooks.BULK_KINDS
ROW_ACTS = hooks.ROW_ACTS
AFTER_IMPORT = hooks.AFTER_IMPORT
DATES_CHANGED = hooks.DATES_CHANGED
STATES_CHANGED: list[str] = hooks.STATES_CHANGED
BEFORE_DELETION: list[str] = hooks.BEFORE_DELETION
DAILY_TASKS = hooks.DAILY_TASKS
HOURLY_TASKS = hooks.HOURLY_TASKS
FREQUENT_TASKS = hooks.FREQUENT_TASKS
TRASH_GUARDS = hooks.TRASH_GUARDS
BENCHMARKS = hooks.BENCHMARKS

# How often a watched library folder is looked at; less often if a look takes long.
WATCH_INTERVAL = timedelta(minutes=env.int("CONTACTSHEET_WATCH_MINUTES", default=5))

# --- Language, time, log ----------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname:<7} {name}: {message}",
            "datefmt": "%Y-%m-%d %H:%M:%S",
            "style": "{",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("CONTACTSHEET_LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a 404 is no news
        "django-q": {"level": "WARNING", "propagate": True},
        "axes": {"level": "WARNING"},
        "PIL": {"level": "INFO"},
    },
}
