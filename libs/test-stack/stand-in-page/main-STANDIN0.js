// Of the stand-in page; see index.html.
