// SPDX-License-Identifier: Apache-2.0
/** The services that the server starts beside the core, to try things out with. */
@NullMarked
package io.cairn.server.examples;

import org.jspecify.annotations.NullMarked;
