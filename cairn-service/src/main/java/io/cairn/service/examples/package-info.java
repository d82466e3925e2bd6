// SPDX-License-Identifier: Apache-2.0
/** Services to try things out with: the server starts them beside the core, and tests use them. */
@NullMarked
package io.cairn.service.examples;

import org.jspecify.annotations.NullMarked;
