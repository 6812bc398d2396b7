"""Sentences, words, embeddings and quotations: text in, numbers or spans out."""
