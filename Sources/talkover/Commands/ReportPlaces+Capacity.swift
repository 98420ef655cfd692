import Analysis
import Reports

extension ReportPlaces {
    /// Writes the report of a capacity wherever it was asked for, and the terminal's own unless
    /// something else has stdout.
    func write(_ material: CapacityReportMaterial, isQuiet: Bool) throws {
        if !isQuiet, hasTerminal {
            print(
                CapacityReport.render(
                    material, width: Console.width, colour: Console.hasColour), terminator: "")
        }
        try Self.write([
            (json, { CapacityJSON.render(material) }),
            (markdown, { CapacityMarkdown.render(material) }),
            (html, { CapacityPage.render(material) }),
        ])
        if let html, !isQuiet { Console.note("report: \(html)") }
    }
}
