// Package cli pins Pulumi's command and everything that it is built from; pulumi-cli.ts builds it.
//
// `go install` of the command itself is refused, because its module has replace directives. The release is the newest one whose
// checksums the checksum database had; another one: `go get github.com/pulumi/pulumi/pkg/v3/cmd/pulumi@<version>`.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
