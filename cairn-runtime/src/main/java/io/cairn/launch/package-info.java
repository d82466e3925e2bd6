// SPDX-License-Identifier: Apache-2.0
/**
 * How a process runs a host: it reads settings, sets up the log, starts an application's services,
 * and ends with an exit code.
 */
@NullMarked
package io.cairn.launch;

import org.jspecify.annotations.NullMarked;
