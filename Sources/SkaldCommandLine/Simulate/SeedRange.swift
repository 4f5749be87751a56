import ArgumentParser

/// `7`, or `1..1000` with both ends.
struct SeedRange: ExpressibleByArgument {
    let seeds: ClosedRange<UInt64>

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 1, let seed = UInt64(argument) {
            seeds = seed...seed
        } else if parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]), let last = UInt64(parts[2]), first <= last {
            seeds = first...last
        } else {
            return nil
        }
    }

    var description: String { "\(seeds.lowerBound)..\(seeds.upperBound)" }
}
