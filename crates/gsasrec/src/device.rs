//! Which processor computes, decided at start-up.

use std::sync::OnceLock;

use tch::Device;

/// CUDA when this machine has it, the CPU otherwise.
///
/// The program is linked against the CPU's libtorch alone. The CUDA half registers itself when it is loaded, so that
/// one build serves both.
pub fn best() -> Device {
    static FOUND: OnceLock<Device> = OnceLock::new();
    *FOUND.get_or_init(|| {
        load_cuda();
        Device::cuda_if_available()
    })
}

fn load_cuda() {
    #[expect(unsafe_code, reason = "loading a library runs its initialisers")]
    // SAFETY: libtorch's own library, made for being loaded at run time; nothing of it is called through this handle.
    let library = unsafe { libloading::os::unix::Library::open(Some("libtorch_cuda.so"), FLAGS) };
    if let Ok(library) = library {
        // Its kernels are registered and must stay.
        std::mem::forget(library);
    }
}

const FLAGS: std::ffi::c_int = libloading::os::unix::RTLD_NOW | libloading::os::unix::RTLD_GLOBAL;

/// How many threads may compute, in libtorch and beside it. Without a wish, as many as the process may use, which in a
/// container are fewer than there are cores.
pub fn limit_threads(wished: Option<usize>) {
    let threads = wished.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    tch::set_num_threads(i32::try_from(threads).unwrap_or(i32::MAX));
    // Somebody who has started the pool before has had reasons.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
}

const WAITING: &str = "OMP_WAIT_POLICY";

/// Lets threads that wait for the others sleep instead of spinning. To be called first thing in a program.
///
/// Between two operations libgomp's threads spin for some milliseconds. Where anything else wants a core, they spin for
/// most of the time: training beside one other busy process took thirty times as long. The setting is read before
/// `main`, so the program has to start once more, in the same process. Whoever has set it keeps their choice.
pub fn wait_asleep() -> std::io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    if std::env::var_os(WAITING).is_some() {
        return Ok(());
    }
    let mut again = std::process::Command::new(std::env::current_exe()?);
    Err(again.args(std::env::args_os().skip(1)).env(WAITING, "PASSIVE").exec())
}
