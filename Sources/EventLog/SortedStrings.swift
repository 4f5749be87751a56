import Glibc

/// Byte strings of one block in the order of their bytes: tens of thousands are sorted within a commit that others wait for.
///
/// What all of them begin with is skipped; the next eight bytes are compared as a number, and the rest only where these are equal.
struct SortedStrings {
    private struct Place {
        let head: UInt64
        let number: Int
    }

    let numbers: [Int]

    init(_ bytes: UnsafeRawBufferPointer, count: Int, _ range: (Int) -> Range<Int>) {
        guard let base = bytes.baseAddress, count > 0 else {
            numbers = Array(0..<count)
            return
        }
        let skipped = SortedStrings.common(bytes, count, range)
        var places = (0..<count).map { number in
            let range = range(number)
            return Place(head: SortedStrings.head(bytes, range.lowerBound + skipped..<range.upperBound), number: number)
        }
        places.sort { left, right in
            if left.head != right.head { return left.head < right.head }
            let (mine, other) = (range(left.number), range(right.number))
            let order = memcmp(base + mine.lowerBound, base + other.lowerBound, min(mine.count, other.count))
            return order == 0 ? mine.count < other.count : order < 0
        }
        numbers = places.map(\.number)
    }

    /// With how many bytes all of them begin.
    private static func common(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ range: (Int) -> Range<Int>) -> Int {
        let first = range(0)
        var common = first.count
        for number in 1..<max(count, 1) where common > 0 {
            let range = range(number)
            common = min(common, range.count)
            var same = 0
            while same < common, bytes[first.lowerBound + same] == bytes[range.lowerBound + same] { same += 1 }
            common = same
        }
        return common
    }

    /// The first eight bytes as a number that sorts as they do; a shorter string is filled with zeros.
    private static func head(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        if range.count >= 8 { return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)) }
        return range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } << UInt64(8 * (8 - range.count))
    }
}
