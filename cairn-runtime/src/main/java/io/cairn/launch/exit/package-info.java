// SPDX-License-Identifier: Apache-2.0
/** The exit codes of a host's process. */
@NullMarked
package io.cairn.launch.exit;

import org.jspecify.annotations.NullMarked;
