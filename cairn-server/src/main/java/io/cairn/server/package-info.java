// SPDX-License-Identifier: Apache-2.0
/** The server: its main classes and the life of the process. */
@NullMarked
package io.cairn.server;

import org.jspecify.annotations.NullMarked;
