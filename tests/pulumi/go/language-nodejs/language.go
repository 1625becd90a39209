// Package language pins Pulumi's Node.js language host, the program that starts a program under Pulumi's own loader;
// pulumi-cli.ts builds it.
//
// It is the newest release of the host that can be had as a Go module: later ones are a module of their own that is not
// published. What it starts is the loader of the installed @pulumi/pulumi.
package language

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
