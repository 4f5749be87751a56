public import Kernel

extension Suggestion {
    /// "; did you mean 'x'?", or nothing when no candidate is near.
    public static func didYouMean(_ word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }
}
