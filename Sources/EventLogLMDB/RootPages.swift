import Glibc

/// LMDB's two root pages, held against what they lead to: LMDB has no checksum over them and takes the one with the higher
/// transaction number. A changed bit in a number would make it open the state of one commit ago, whole and wrong.
///
///     root page ─▶ number t, and the root of the list of free pages ─▶ … ─▶ last key = t
///
/// Each transaction but the first frees pages, and lists them under its own number; so both roots can be checked, and the two
/// numbers follow each other. One root may be ahead of its number: when LMDB could not write it, it put only the old number
/// back. The offsets are those of LMDB 0.9 on a 64-bit machine.
struct RootPages {
    private static let pageBytesOffset = 40
    private static let flagsOffset = 44
    private static let freeRootOffset = 80
    private static let numberOffset = 144
    private static let noPage = UInt64.max
    /// Of the list of free pages: keys are numbers. No other flag is ever set by us.
    private static let flags: UInt16 = 8
    private static let isBranch: UInt16 = 1
    private static let isLeaf: UInt16 = 2
    private static let mostLevels = 32
    /// A writer may be replacing one of them just now.
    private static let tries = 10

    private let descriptor: Int32
    private let pageBytes: Int

    /// What is wrong; nil when nothing is. Ask within a read transaction: it keeps the pages that both roots lead to.
    static func problem(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        for _ in 0..<tries where areGood(descriptor) { return nil }
        return "\(path): its root pages do not belong to what they lead to: restore a backup"
    }

    private static func areGood(_ descriptor: Int32) -> Bool {
        guard let bytes = number(UInt32.self, descriptor, at: pageBytesOffset), bytes >= 512 else { return false }
        let pages = RootPages(descriptor: descriptor, pageBytes: Int(bytes))
        guard let even = pages.number(ofRoot: 0), let odd = pages.number(ofRoot: 1) else { return false }
        if even == 0 && odd == 0 { return true }
        guard even % 2 == 0, odd % 2 == 1, even &+ 1 == odd || odd &+ 1 == even else { return false }
        let newer = max(even, odd)
        let (first, second) = newer == even ? (0, 1) : (1, 0)
        return pages.leads(first, to: [newer]) && pages.leads(second, to: [newer &- 1, newer &+ 1])
    }

    private func number(ofRoot root: Int) -> UInt64? { number(UInt64.self, root * pageBytes + Self.numberOffset) }

    /// Whether a root's list of free pages ends with one of these numbers.
    private func leads(_ root: Int, to expected: [UInt64]) -> Bool {
        guard number(UInt16.self, root * pageBytes + Self.flagsOffset) == Self.flags,
            number(UInt32.self, root * pageBytes + Self.pageBytesOffset).map(Int.init) == pageBytes,
            let free = number(UInt64.self, root * pageBytes + Self.freeRootOffset)
        else { return false }
        if free == Self.noPage { return expected.contains { $0 <= 1 } }
        return ends(free, with: expected)
    }

    /// Whether a tree whose keys are numbers ends with one of these.
    private func ends(_ root: UInt64, with keys: [UInt64]) -> Bool {
        var page = root
        for _ in 0..<Self.mostLevels {
            guard page < UInt64(Int.max / pageBytes) else { return false }
            let start = Int(page) * pageBytes
            guard let flags = number(UInt16.self, start + 10), let lower = number(UInt16.self, start + 12), lower >= 18,
                Int(lower) <= pageBytes, let place = number(UInt16.self, start + Int(lower) - 2)
            else { return false }
            let node = start + Int(place)
            if flags & Self.isLeaf != 0 { return number(UInt64.self, node + 8).map { keys.contains($0) } ?? false }
            guard flags & Self.isBranch != 0, let next = number(UInt64.self, node) else { return false }
            page = next & 0xFFFF_FFFF_FFFF
        }
        return false
    }

    private func number<Number: FixedWidthInteger>(_ type: Number.Type, _ offset: Int) -> Number? {
        Self.number(type, descriptor, at: offset)
    }

    private static func number<Number: FixedWidthInteger>(_: Number.Type, _ descriptor: Int32, at offset: Int) -> Number? {
        var number = Number.zero
        let count = withUnsafeMutableBytes(of: &number) { pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
        return count == MemoryLayout<Number>.size ? number : nil
    }
}
