use std::path::PathBuf;

/// Programs find libtorch where it was when they were built, without LD_LIBRARY_PATH. Cargo hands a linker argument to
/// this crate's own programs only, hence the metadata: a program that uses this crate passes it on (DEP_GSASREC_LIB).
fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("LIBTORCH").map(PathBuf::from).unwrap_or_default();
    let libraries = folder.join("lib");
    if !libraries.join("libtorch_cpu.so").is_file() {
        println!(
            "cargo::error=there is no libtorch in LIBTORCH='{}': run `./dev setup libtorch`, then build with ./dev, or \
             set LIBTORCH to ~/.cache/filmlens/libtorch",
            folder.display()
        );
        return;
    }
    println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
    println!("cargo::metadata=LIB={}", libraries.display());
}
