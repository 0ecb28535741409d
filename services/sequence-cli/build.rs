/// Where filmlens-gsasrec found libtorch, this program finds it too.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(libraries) = std::env::var_os("DEP_GSASREC_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
    }
}
