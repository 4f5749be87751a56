/// Nothing half done is kept: what is worth doing is done, what is not is deleted.
enum LeftoverRule {
    // Put together here, so that this file passes its own rule.
    static let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]

    static func findings(in file: SourceFile) -> [Finding] {
        file.lines.enumerated().flatMap { index, line in
            marks.filter { words(line).contains($0) }.map { mark in
                Finding(file: file.path, line: index + 1, message: "`\(mark)`: do it now, or delete the line")
            }
        }
    }

    private static func words(_ line: String) -> [String] { line.split { !$0.isLetter }.map(String.init) }
}
