import Kernel
import SagaModel

/// Reads JSON text into a tree with places. The kernel's parser reads the leaves' rules; this one keeps where they stand.
struct JSONTree {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    /// Offset of the current line's first byte.
    private var lineStart = 0
    /// An offset whose column is known.
    private var counted = (offset: 0, column: 1)

    static func read(_ text: String) throws(Problem) -> SourceNode {
        var reader = JSONTree(bytes: Array(text.utf8))
        let node = try reader.value(path: "$", depth: 0)
        reader.skipSpace()
        guard reader.offset == reader.bytes.count else { throw reader.failure("unexpected text after the definition") }
        return node
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Columns are counted on from the last place asked for, which makes them cheap as long as offsets rise.
    private mutating func place(at offset: Int, path: String) -> Place {
        let offset = max(offset, lineStart)
        if offset < counted.offset || counted.offset < lineStart { counted = (lineStart, 1) }
        counted.column += bytes[counted.offset..<offset].count { $0 & 0xC0 != 0x80 }
        counted.offset = offset
        return Place(line: line, column: counted.column, path: path)
    }

    private mutating func failure(_ message: String, at offset: Int? = nil) -> Problem {
        Problem(place(at: min(offset ?? self.offset, bytes.count), path: "$"), message)
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\n"):
                line += 1
                lineStart = offset + 1
            case 0x20, 0x09, 0x0D: break
            default: return
            }
            offset += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(path: String, depth: Int) throws(Problem) -> SourceNode {
        skipSpace()
        guard depth <= DefinitionLimits.sourceDepth else {
            throw failure("nested deeper than \(DefinitionLimits.sourceDepth) levels")
        }
        guard offset < bytes.count else { throw failure("a value is missing") }
        let place = place(at: offset, path: path)
        switch bytes[offset] {
        case UInt8(ascii: "{"): return SourceNode(place: place, value: .map(try members(path: path, depth: depth)))
        case UInt8(ascii: "["): return SourceNode(place: place, value: .list(try elements(path: path, depth: depth)))
        case UInt8(ascii: "\""):
            let (text, runs) = try string()
            return SourceNode(place: place, value: .scalar(.string(text)), runs: runs)
        default: return SourceNode(place: place, value: .scalar(try scalar()))
        }
    }

    private mutating func members(path: String, depth: Int) throws(Problem) -> [SourcePair] {
        offset += 1
        var pairs: [SourcePair] = []
        var seen: Set<ByteKey> = []
        skipSpace()
        if take("}") { return pairs }
        while true {
            skipSpace()
            let start = offset
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                throw failure("a key in double quotes is missing")
            }
            let opening = place(at: start, path: path)
            let (key, _) = try string()
            let keyPath = Place.path(path, key)
            let place = Place(line: opening.line, column: opening.column, path: keyPath)
            guard seen.insert(ByteKey(key)).inserted else { throw Problem(place, "the key '\(key)' is repeated; remove one") }
            skipSpace()
            guard take(":") else { throw failure("':' is missing after the key '\(key)'") }
            pairs.append(SourcePair(key: key, place: place, value: try value(path: keyPath, depth: depth + 1)))
            skipSpace()
            if take("}") { return pairs }
            guard take(",") else { throw failure("',' or '}' is missing") }
        }
    }

    private mutating func elements(path: String, depth: Int) throws(Problem) -> [SourceNode] {
        offset += 1
        var nodes: [SourceNode] = []
        skipSpace()
        if take("]") { return nodes }
        while true {
            nodes.append(try value(path: "\(path)[\(nodes.count)]", depth: depth + 1))
            skipSpace()
            if take("]") { return nodes }
            guard take(",") else { throw failure("',' or ']' is missing") }
        }
    }

    /// A number or a word: up to what cannot belong to one.
    private mutating func scalar() throws(Problem) -> JSON {
        let start = offset
        while offset < bytes.count, !" \t\r\n,:{}[]\"".utf8.contains(bytes[offset]) { offset += 1 }
        do {
            return try JSON.parse(bytes[start..<offset])
        } catch {
            throw failure(error.message, at: start + error.offset)
        }
    }

    /// A string and, where escapes shift its characters, where they stand.
    private mutating func string() throws(Problem) -> (String, [TextRun]) {
        let start = offset
        offset += 1
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""), bytes[offset] >= 0x20 {
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
            throw failure("the string that begins here does not end on its line", at: start)
        }
        offset += 1
        do {
            guard case .string(let text) = try JSON.parse(bytes[start..<offset]) else { throw failure("not a string", at: start) }
            return (text, runs(from: start + 1, to: offset - 1))
        } catch let error as JSONError {
            throw failure(error.message, at: start + error.offset)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw failure("not a string", at: start)
        }
    }

    private mutating func runs(from start: Int, to end: Int) -> [TextRun] {
        var runs = [run(0, start)]
        var source = start
        var target = 0
        while source < end {
            guard bytes[source] == UInt8(ascii: "\\") else {
                source += 1
                target += 1
                continue
            }
            let (length, width) = escape(at: source)
            source += length
            target += width
            runs.append(run(target, source))
        }
        return runs
    }

    private mutating func run(_ target: Int, _ source: Int) -> TextRun {
        let place = place(at: source, path: "")
        return TextRun(offset: target, line: place.line, column: place.column)
    }

    /// Bytes of a valid escape in the source and of what it stands for.
    private func escape(at source: Int) -> (length: Int, width: Int) {
        guard bytes[source + 1] == UInt8(ascii: "u") else { return (2, 1) }
        let unit = UInt32(String(decoding: bytes[source + 2..<source + 6], as: UTF8.self), radix: 16) ?? 0
        if (0xD800..<0xDC00).contains(unit) { return (12, 4) }
        return (6, unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3)
    }
}
