// SPDX-License-Identifier: Apache-2.0
/**
 * The command line client: a plain REST client that knows nothing of a host but its URL. {@link
 * io.cairn.cli.CairnCli} runs it, {@link io.cairn.cli.CairnCommand} is where other modules hang
 * further commands.
 */
@NullMarked
package io.cairn.cli;

import org.jspecify.annotations.NullMarked;
