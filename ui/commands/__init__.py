"""The commands of `footnote`, one module each, loaded when they are called."""
