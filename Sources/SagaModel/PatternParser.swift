/// What a pattern says, before it is compiled.
indirect enum PatternTree {
    case empty
    case characters(CharacterSet)
    case start
    case end
    case sequence([PatternTree])
    case either([PatternTree])
    /// `most` nil for no end.
    case repeated(PatternTree, least: Int, most: Int?)
}

/// Reads the subset: literals, classes, anchors, groups, alternation and greedy counts. The rest is refused by name.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private let offsets: [Int]
    private var index = 0
    private var depth = 0

    static func parse(_ text: String) throws(PatternError) -> PatternTree {
        var parser = PatternParser(text)
        let tree = try parser.alternatives()
        guard parser.index == parser.scalars.count else { throw parser.failure("')' closes no group") }
        return tree
    }

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var offset = 0
        var offsets: [Int] = []
        for scalar in scalars {
            offsets.append(offset)
            offset += UTF8.width(scalar)
        }
        self.offsets = offsets + [offset]
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
    private func failure(_ message: String, at place: Int? = nil) -> PatternError {
        PatternError(offset: offsets[min(place ?? index, offsets.count - 1)], message: message)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    private mutating func alternatives() throws(PatternError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= DefinitionLimits.patternDepth else {
            throw failure("groups nest deeper than \(DefinitionLimits.patternDepth) levels")
        }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try counted(try atom())) }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func atom() throws(PatternError) -> PatternTree {
        let start = index
        index += 1
        switch scalars[start] {
        case "^": return .start
        case "$": return .end
        // As in ECMA 262: any character but a line terminator.
        case ".": return .characters(CharacterSet(ranges: [10...10, 13...13, 0x2028...0x2029], isNegated: true))
        case "(": return try group(from: start)
        case "[": return .characters(try characterClass(from: start))
        case "\\": return .characters(try escape(inClass: false))
        case "*", "+", "?": throw failure("'\(scalars[start])' repeats nothing", at: start)
        case "{": throw failure("'{' repeats nothing; for the character itself write '\\{'", at: start)
        default: return .characters(CharacterSet(ranges: [scalars[start].value...scalars[start].value]))
        }
    }

    private mutating func group(from start: Int) throws(PatternError) -> PatternTree {
        if take("?") {
            guard take(":") else {
                throw failure("look-around and named groups are not supported; only ( ) and (?: )", at: start)
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw failure("the group that begins here does not end", at: start) }
        return inner
    }

    private mutating func counted(_ atom: PatternTree) throws(PatternError) -> PatternTree {
        let start = index
        let range: (Int, Int?)
        switch next {
        case "*": range = (0, nil)
        case "+": range = (1, nil)
        case "?": range = (0, 1)
        case "{": range = try count()
        default: return atom
        }
        if scalars[start] != "{" { index += 1 }
        if next == "?" || next == "+" { throw failure("lazy and possessive repeats are not supported") }
        if next == "*" || next == "{" { throw failure("a repeat of a repeat; put the first one in a group") }
        switch atom {
        case .start, .end: throw failure("an anchor cannot be repeated", at: start)
        default: return .repeated(atom, least: range.0, most: range.1)
        }
    }

    private mutating func count() throws(PatternError) -> (Int, Int?) {
        let start = index
        index += 1
        guard let least = try number() else {
            throw failure("write {n}, {n,} or {n,m}; for the character itself '\\{'", at: start)
        }
        var most: Int? = least
        if take(",") { most = try number() }
        guard take("}") else { throw failure("'}' is missing") }
        if let most, most < least { throw failure("{\(least),\(most)} asks for more than it allows", at: start) }
        return (least, most)
    }

    private mutating func number() throws(PatternError) -> Int? {
        let start = index
        var value = 0
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = value * 10 + Int(scalar.value - 48)
            index += 1
            guard value <= DefinitionLimits.patternRepeat else {
                throw failure("a count beyond \(DefinitionLimits.patternRepeat)", at: start)
            }
        }
        return index == start ? nil : value
    }

    private mutating func characterClass(from start: Int) throws(PatternError) -> CharacterSet {
        var set = CharacterSet()
        set.isNegated = take("^")
        while let scalar = next, scalar != "]" {
            let low = try classMember()
            guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
                set.ranges += low.ranges
                continue
            }
            index += 1
            let high = try classMember()
            guard let first = low.single, let last = high.single, first <= last else {
                throw failure("a range in a class goes from a character to a later one")
            }
            set.ranges.append(first...last)
        }
        guard take("]") else { throw failure("the class that begins here does not end", at: start) }
        return set
    }

    private mutating func classMember() throws(PatternError) -> CharacterSet {
        let scalar = scalars[index]
        index += 1
        if scalar == "\\" { return try escape(inClass: true) }
        if scalar == "[", next == ":" { throw failure("[: :] is not supported; write the characters", at: index - 1) }
        return CharacterSet(ranges: [scalar.value...scalar.value])
    }

    private mutating func escape(inClass: Bool) throws(PatternError) -> CharacterSet {
        let start = index - 1
        guard let scalar = next else { throw failure("a '\\' escapes nothing", at: start) }
        index += 1
        if let set = CharacterSet.named(scalar) {
            guard !inClass || !set.isNegated else { throw failure("\\\(scalar) cannot stand in a class; write [^…]", at: start) }
            return set
        }
        let controls: [Unicode.Scalar: UInt32] = ["n": 10, "r": 13, "t": 9, "f": 12, "v": 11]
        if let control = controls[scalar] { return CharacterSet(ranges: [control...control]) }
        guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
            throw failure("\\\(scalar) is not supported", at: start)
        }
        return CharacterSet(ranges: [scalar.value...scalar.value])
    }
}

extension CharacterSet {
    /// The one character of this set, or nil.
    var single: UInt32? {
        guard !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }

    /// `\d \w \s` and their opposites, as ECMA 262 has them.
    static func named(_ letter: Unicode.Scalar) -> CharacterSet? {
        let digits: [ClosedRange<UInt32>] = [48...57]
        let words: [ClosedRange<UInt32>] = [48...57, 65...90, 95...95, 97...122]
        let spaces: [ClosedRange<UInt32>] = [
            9...13, 32...32, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F,
            0x3000...0x3000, 0xFEFF...0xFEFF,
        ]
        switch letter {
        case "d": return CharacterSet(ranges: digits)
        case "D": return CharacterSet(ranges: digits, isNegated: true)
        case "w": return CharacterSet(ranges: words)
        case "W": return CharacterSet(ranges: words, isNegated: true)
        case "s": return CharacterSet(ranges: spaces)
        case "S": return CharacterSet(ranges: spaces, isNegated: true)
        default: return nil
        }
    }
}
