// SPDX-License-Identifier: Apache-2.0
/** How the server writes its log. */
@NullMarked
package io.cairn.server.logging;

import org.jspecify.annotations.NullMarked;
