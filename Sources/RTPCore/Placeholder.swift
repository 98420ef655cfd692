// RTPCore
