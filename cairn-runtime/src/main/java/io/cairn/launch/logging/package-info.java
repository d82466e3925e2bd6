// SPDX-License-Identifier: Apache-2.0
/** Sets up the log of the process: one line of text or JSON for each event, on standard output. */
@NullMarked
package io.cairn.launch.logging;

import org.jspecify.annotations.NullMarked;
