"""Mail as it comes in: read from servers, made sense of, put into threads, compared with what is there."""
