"""When a photo was taken: dated again, corrected by hand, doubted and settled."""
