mod bench_corpus;
mod placeholder {}
