/// Bounds of the store on disk.
public enum Limits {
    /// Addresses set aside for the map, fixed at opening: what the store can ever grow to. Costs no memory and no disk.
    public static let mapBytes = 1 << 40
    /// Free space under which new work is refused, so that running work can be finished or undone.
    public static let amberBytes = 256 << 20
    /// Free space under which nothing is written.
    public static let redBytes = 32 << 20
    /// A file that holds space to be given up before the store turns red.
    public static let reserveBytes = 64 << 20
    /// A quota's watermarks are at most these parts of it.
    public static let amberPart = 10
    public static let redPart = 40
    /// Bytes written on trial when a commit found no room: more than one commit and its folding take, so that room for them
    /// means it was not the writing that failed.
    public static let trialBytes = 4 << 20
    /// Commits at the end of the log whose records and chain are checked at opening.
    public static let checkedCommits = 16
    /// Entries looked at by that check, so that a few huge commits do not hold up a start.
    public static let checkedEntries = 100_000
    /// Rows of all tables but log and chain up to which these are held against their sums before a store is used: a second at
    /// the most. Larger ones are checked in the background, once, while the store is in use.
    public static let checkedRows = 2_000_000
    /// Pages that a whole file may lack at its end, all of them free: LMDB counts pages it never wrote.
    public static let unwrittenPages = 256
    /// Entries at the log's end whose rows wait in memory, to be folded into the tables in bulk.
    public static let tailEntries = 32_768
    /// Rows folded with a commit, at the least.
    public static let foldRows = 512
    /// How many times faster they are folded than as many entries add rows, so that folding keeps up.
    public static let foldPace = 2
    /// Rows of a table that wait, fetched at once for a visit: at first, and at the most.
    static let waitingRows = 128
    static let mostWaitingRows = 8_192
    /// Problems a report names; the rest are counted.
    public static let problems = 1_000
    /// Least time between two walks of the list of free pages, and between two tries at the reserve, in milliseconds.
    public static let spaceWalkMilliseconds: Int64 = 1_000
    public static let reserveMilliseconds: Int64 = 60_000
    /// Bytes of LMDB's two root pages, at the least.
    static let rootBytes = 2 * 4_096
    /// Bytes of a STORE file.
    public static let storeFileBytes = 4_096
}
