// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // What is owned by one loop needs no check for it at every access: 8 % of the packet path.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// One module of the table in the Architecture page, with its tests beside it.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency],
    tests testDependencies: [Target.Dependency] = [],
    testFiles: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.target(name: name)] + dependencies + testDependencies,
            exclude: testFiles,
            swiftSettings: settings
        ),
    ]
}

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nio: [Target.Dependency] = [
    nioCore,
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let web: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
]
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// What every core may use, in the order of the module table.
let cores: [Target.Dependency] = [
    "Timeline", "Audio", "Planning", "LinkModel", "RTPCore", "WebRTCCore", "Dialects",
]

let package = Package(
    name: "talkover",
    products: [.executable(name: "talkover", targets: ["talkover"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        // Without its traits: neither its configuration files nor what needs all of Foundation.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpus", path: "Sources/COpus", pkgConfig: "opus",
            providers: [.apt(["libopus-dev"])]
        ),
        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]
        ),
        // What tests check our SRTP against. Not looked up by pkg-config: who only builds the
        // command needs none of it, and would be warned.
        .systemLibrary(name: "CSRTP", path: "Tests/CSRTP"),
        .target(name: "CSockets", path: "Sources/CSockets"),
    ]
        + module("Timeline", [])
        + module("Audio", ["Timeline", "COpus"])
        + module("Planning", ["Timeline", "Audio", yams])
        + module("LinkModel", ["Timeline"])
        + module("RTPCore", ["Timeline", "COpenSSL"], tests: ["CSRTP"])
        + module("WebRTCCore", ["Timeline", "RTPCore", "COpenSSL"])
        + module("Dialects", ["Timeline", "Audio"])
        + module("Callers", cores)
        + module("Gateway", cores)
        + module("ReferenceAgent", cores)
        + module("Analysis", ["Timeline", "Planning", "CZlib"], tests: ["Audio", histogram])
        + module("ResultStore", ["Timeline", "Planning", "Analysis", grdb], tests: ["Audio"])
        + module(
            "Reports", ["Timeline", "Analysis", "ResultStore"], tests: ["Planning"],
            testFiles: ["Golden"])
        + module(
            "Web", web + [logging, nioCore, .product(name: "NIOPosix", package: "swift-nio")])
        + module(
            "Simulation", cores + ["Callers", "ReferenceAgent", "Gateway"],
            tests: ["Analysis"])
        + module(
            "Drivers",
            cores + ["Callers", "ReferenceAgent", "Gateway", "CSockets", "COpenSSL", logging] + nio)
        + [
            .executableTarget(
                name: "talkover",
                dependencies: cores + [
                    "Callers", "ReferenceAgent", "Gateway", "Analysis", "ResultStore", "Reports",
                    "Simulation", "Drivers", "Web", arguments, logging,
                    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                ],
                swiftSettings: settings
            ),
            .testTarget(
                name: "EndToEndTests",
                dependencies: cores + [
                    "Analysis", "ResultStore", "talkover", "BuiltProducts", grdb,
                ],
                swiftSettings: settings
            ),
            // Mutates what peers may send; `make fuzz`, and for a moment in the tests.
            .executableTarget(
                name: "Fuzz",
                dependencies: ["Timeline", "Audio", "RTPCore", "WebRTCCore", "Dialects"],
                path: "Tests/Fuzz", swiftSettings: settings),
            // Counts allocations by standing in front of the heap's functions; in this program alone.
            .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
            // What parts of a caller cost, without sockets: `swift run -c release Benchmarks`.
            .executableTarget(
                name: "Benchmarks",
                dependencies: [
                    "Timeline", "Audio", "Planning", "RTPCore", "Dialects", "Callers",
                    "CAllocations",
                ],
                path: "Benchmarks/Micro", swiftSettings: settings),
            // Starts the benchmarks' own executable as a child.
            .testTarget(
                name: "BenchmarksTests", dependencies: ["Benchmarks", "BuiltProducts"],
                swiftSettings: settings),
            .testTarget(
                name: "FuzzTests", dependencies: ["Fuzz", "Drivers", "Dialects", "Timeline"],
                swiftSettings: settings),
            .testTarget(
                name: "InteropTests", dependencies: ["talkover", "BuiltProducts"],
                swiftSettings: settings),
            // Where tests find the programs that they run as a user does.
            .target(name: "BuiltProducts", path: "Tests/BuiltProducts", swiftSettings: settings),
            .testTarget(name: "TidyTests", swiftSettings: settings),
        ]
)
