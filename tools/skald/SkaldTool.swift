@main
struct SkaldTool {
    static func main() {}
}
