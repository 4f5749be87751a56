import Glibc

/// Numbers byte strings in the order they come, from 0, and finds them again.
///
/// The strings lie one behind the other in one block, so that adding one allocates nothing of its own and touches what was touched
/// before it. Only the last can be removed. Equality is that of bytes.
public struct ByteTable: Sendable {
    @usableFromInline private(set) var bytes: [UInt8] = []
    /// Where each string ends.
    @usableFromInline private(set) var ends: [Int] = []
    /// Open addressing, at most three quarters full: eight bits of a string's hash above its number counted from 1; 0 where there is none. Small,
    /// because most look-ups are for what is not here, and they fall anywhere.
    private var slots: [UInt32]
    /// Of the string that sorts behind all others: what sorts behind it, as ids that rise with time do, is not here, which is known without
    /// a look at the slots. Nil when there is none, or it was removed.
    private var greatest: Int?

    public init(capacity: Int = 0) {
        slots = [UInt32](repeating: 0, count: ByteTable.slots(for: capacity))
        ends.reserveCapacity(capacity)
    }

    public var count: Int { ends.count }

    public func number(of string: UnsafeRawBufferPointer) -> Int? {
        if isBehindAll(string) { return nil }
        let slot = slots[place(of: string, ByteHash.of(string))]
        return slot == 0 ? nil : ByteTable.number(slot)
    }

    public func contains(_ string: UnsafeRawBufferPointer) -> Bool { number(of: string) != nil }

    /// The string's number; a new one gets the next.
    public mutating func insert(_ string: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
        let hash = ByteHash.of(string)
        let place = place(of: string, hash)
        if slots[place] != 0 { return (ByteTable.number(slots[place]), false) }
        precondition(count < ByteTable.largest, "a table has \(count) strings")
        if count == 0 || isBehindAll(string) { greatest = count }
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
        slots[place] = ByteTable.slot(hash, number: count - 1)
        if 4 * count > 3 * slots.count { grow() }
        return (count - 1, true)
    }

    /// Forgets the string that came last.
    public mutating func removeLast() {
        let number = count - 1
        // Nothing was ever put further on because of it, so its slot is free again.
        let freed = lend(number) { string -> Int in place(of: string, ByteHash.of(string)) }
        slots[freed] = 0
        if greatest == number { greatest = nil }
        ends.removeLast()
        bytes.removeLast(bytes.count - (ends.last ?? 0))
    }

    @inlinable
    public func lend<Result, Failure: Error>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result)
        throws(Failure) -> Result
    {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[range(number)]))
        }
    }

    /// The numbers in the order of the strings' bytes.
    public func sorted() -> [Int] {
        bytes.withUnsafeBytes { bytes in SortedStrings(bytes, count: count) { range($0) }.numbers }
    }

    @usableFromInline
    func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    /// Where the string is, or would be put.
    private func place(of string: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        let tag = ByteTable.tag(hash)
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 {
            if slots[place] & ~ByteTable.largest == tag, holds(string, ByteTable.number(slots[place])) { return place }
            place = (place + 1) & mask
        }
        return place
    }

    private func holds(_ string: UnsafeRawBufferPointer, _ number: Int) -> Bool {
        let range = range(number)
        guard range.count == string.count else { return false }
        return bytes.withUnsafeBytes { string.isEmpty || memcmp($0.baseAddress! + range.lowerBound, string.baseAddress!, string.count) == 0 }
    }

    private func isBehindAll(_ string: UnsafeRawBufferPointer) -> Bool {
        guard let greatest else { return false }
        return lend(greatest) { string.isBehind($0) }
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: 2 * slots.count)
        for number in ends.indices {
            let hash = lend(number) { ByteHash.of($0) }
            var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
            slots[place] = ByteTable.slot(hash, number: number)
        }
    }

    private static func slots(for capacity: Int) -> Int {
        var slots = 16
        while 3 * slots < 4 * capacity { slots *= 2 }
        return slots
    }

    /// Of numbers counted from 1.
    private static let largest: UInt32 = 0xFF_FFFF

    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(hash >> 56) << 24 }

    private static func slot(_ hash: UInt64, number: Int) -> UInt32 { tag(hash) | UInt32(number + 1) }

    private static func number(_ slot: UInt32) -> Int { Int(slot & largest) - 1 }
}
