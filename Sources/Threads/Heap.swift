import CThreads
import Glibc

/// How the C library keeps memory that was freed.
public enum Heap {
    /// A batch takes some hundred kilobytes and gives them back, hundreds of times a second: they are not to go back to the kernel, and
    /// come as empty pages again, each time. At most so much that is free is kept.
    private static let kept: Int32 = 64 << 20

    public static func keepFreedMemory() {
        // Refused, it is only slower.
        _ = mallopt(M_TRIM_THRESHOLD, kept)
        _ = mallopt(M_MMAP_THRESHOLD, 16 << 20)
    }

    /// A batch frees thousands of pieces of a few sizes at once and the next takes as many, while the C library keeps 7 of a size for a thread and
    /// joins the others with their neighbours, to divide them again. The only way to tell it more is the environment, and it looks there only
    /// when a process begins. So this one begins once more, as itself: same number, same arguments. Call it before anything is opened.
    ///
    /// Returns when there is nothing to do: it has been done, the environment says something of its own, or it cannot be done safely.
    public static func beginAgainWithRoom() {
        guard getenv(tunables) == nil, getauxval(UInt(AT_SECURE)) == 0, let path = ownPath, setenv(tunables, room, 1) == 0 else {
            return
        }
        execv(path, CommandLine.unsafeArgv)
        // Refused, it is only slower.
        unsetenv(tunables)
    }

    /// Of the program that runs, while it is still there: a name may by now be another's. Nil also where the dynamic loader was asked to run
    /// it, because the loader is then what runs.
    private static var ownPath: [CChar]? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        var (running, named) = (stat(), stat())
        guard getauxval(UInt(AT_BASE)) != 0, readlink("/proc/self/exe", &path, path.count - 1) > 0,
            stat("/proc/self/exe", &running) == 0,
            stat(path, &named) == 0, running.st_dev == named.st_dev, running.st_ino == named.st_ino
        else { return nil }
        return path
    }

    private static let tunables = "GLIBC_TUNABLES"
    private static let room = "glibc.malloc.tcache_count=1000"
}
