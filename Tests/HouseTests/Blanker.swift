/// One pass over Swift source that blanks comments and strings, interpolations included.
struct Blanker {
    private let input: [Character]
    private var output: [Character] = []
    private var place = 0

    init(_ source: String) { input = Array(source) }

    mutating func run() -> String {
        while place < input.count {
            if starts(with: "//") {
                while place < input.count, input[place] != "\n" { blank() }
            } else if starts(with: "/*") {
                blankBlockComment()
            } else if let hashes = openingOfString() {
                blankString(hashes: hashes)
            } else {
                keep()
            }
        }
        return String(output)
    }

    private func starts(with text: String) -> Bool {
        let characters = Array(text)
        return place + characters.count <= input.count && Array(input[place..<place + characters.count]) == characters
    }

    /// The number of `#` before a string that opens here, or nil when none does.
    private func openingOfString() -> Int? {
        var hashes = 0
        while place + hashes < input.count, input[place + hashes] == "#" { hashes += 1 }
        return place + hashes < input.count && input[place + hashes] == "\"" ? hashes : nil
    }

    private mutating func keep() {
        output.append(input[place])
        place += 1
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where place < input.count {
            output.append(input[place] == "\n" ? "\n" : " ")
            place += 1
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && place < input.count
    }

    private mutating func blankString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        blank(hashes)
        let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        blank(quote.count)
        while place < input.count, !starts(with: quote + fence) {
            if quote == "\"", input[place] == "\n" { return }
            if starts(with: "\\" + fence + "(") {
                blankInterpolation(opening: hashes + 2)
            } else if starts(with: "\\" + fence) {
                blank(hashes + 2)
            } else {
                blank()
            }
        }
        blank(quote.count + hashes)
    }

    private mutating func blankInterpolation(opening: Int) {
        blank(opening)
        var depth = 1
        while place < input.count, depth > 0 {
            if let hashes = openingOfString() {
                blankString(hashes: hashes)
                continue
            }
            if input[place] == "(" { depth += 1 }
            if input[place] == ")" { depth -= 1 }
            blank()
        }
    }
}
