// SPDX-License-Identifier: Apache-2.0
/** The tokens of hosts that somebody has logged in at. */
@NullMarked
package io.cairn.cli.login;

import org.jspecify.annotations.NullMarked;
