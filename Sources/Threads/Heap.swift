import CThreads

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
}
