/// LMDB's own bounds, as Debian's build has them, and what we ask of it.
public enum LMDBLimits {
    /// Bytes of a key, and of a value among duplicates.
    public static let keyBytes = 511
    /// Read transactions at once, over all processes.
    public static let readers: UInt32 = 1024
    /// Named databases in one environment.
    public static let databases: UInt32 = 32
}
