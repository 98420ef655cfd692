// ReferenceAgent
