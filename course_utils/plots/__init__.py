"""The pictures of the book, one module per chapter, in one style."""
