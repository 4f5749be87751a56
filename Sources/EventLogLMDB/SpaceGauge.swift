import EventLog
import LMDB

/// How much room is left, and the reserve that is given up when it runs out.
///
///     free on disk   ≥ amber: green │ < amber: amber │ < red: the reserve goes, still amber │ < red again: red
///     left of quota  ≥ amber: green │ < amber: amber │ < red: red
///
/// The reserve keeps room for undo and results even when others fill the disk; it comes back when there is room for it twice.
struct SpaceGauge {
    private let paths: StorePaths
    private let options: StoreOptions
    private let quota: Int
    private var hasReserve: Bool
    private var reserveTriedAt: Int64?
    private var freeBytes = 0
    private var walkedAt: Int64?

    init(_ paths: StorePaths, _ options: StoreOptions) {
        self.paths = paths
        self.options = options
        quota = min(options.quotaBytes ?? .max, options.mapBytes)
        hasReserve = options.reserveBytes > 0 && FileSystem.size(paths.reserve) == options.reserveBytes
    }

    /// The state now, after giving up or making the reserve where that is due.
    mutating func state(_ environment: Environment) -> SpaceState {
        var free = FileSystem.free(paths.directory)
        if options.reserveBytes > 0, let found = free, keepReserve(found) { free = FileSystem.free(paths.directory) }
        guard var left = left(of: environment) else { return .red }
        if left < amberQuota { left += walk(environment) }
        return max(disk(free), judge(left))
    }

    /// The state now, for one who only looks.
    func observed(_ environment: Environment) -> SpaceState {
        guard var left = left(of: environment) else { return .red }
        if left < amberQuota { left += SpaceGauge.freeBytes(environment) }
        return max(disk(FileSystem.free(paths.directory)), judge(left))
    }

    private func disk(_ free: Int?) -> SpaceState {
        guard let free else { return .green }
        if free < options.redBytes { return .red }
        let lacksReserve = options.reserveBytes > 0 && !hasReserve
        return free < options.amberBytes || lacksReserve ? .amber : .green
    }

    private var amberQuota: Int { min(options.amberBytes, quota / Limits.amberPart) }

    private func judge(_ left: Int) -> SpaceState {
        left < min(options.redBytes, quota / Limits.redPart) ? .red : left < amberQuota ? .amber : .green
    }

    /// Bytes the file may still grow by; nil when LMDB does not tell.
    private func left(of environment: Environment) -> Int? {
        (try? environment.information()).map { quota - $0.pagesUsed * $0.pageSize }
    }

    /// Pages freed by expired receipts and caches are written again before the file grows, so they count as room. Walked
    /// seldom: their list is long just when space is short.
    private mutating func walk(_ environment: Environment) -> Int {
        let now = FileSystem.uptime()
        if let last = walkedAt, now - last < Limits.spaceWalkMilliseconds { return freeBytes }
        walkedAt = now
        freeBytes = SpaceGauge.freeBytes(environment)
        return freeBytes
    }

    private static func freeBytes(_ environment: Environment) -> Int {
        (try? environment.read { transaction in try transaction.freePages() * environment.information().pageSize }) ?? 0
    }

    /// Answers whether that changed how much is free.
    private mutating func keepReserve(_ free: Int) -> Bool {
        let hadReserve = hasReserve
        if hasReserve && free < options.redBytes {
            hasReserve = false
            FileSystem.remove(paths.reserve)
        } else if !hasReserve && free >= options.amberBytes + options.reserveBytes {
            let now = FileSystem.uptime()
            if let last = reserveTriedAt, now - last < Limits.reserveMilliseconds { return false }
            hasReserve = FileSystem.allocate(paths.reserve, bytes: options.reserveBytes)
            // Only what failed waits: it would fail again.
            reserveTriedAt = hasReserve ? nil : now
        }
        return hasReserve != hadReserve
    }
}
