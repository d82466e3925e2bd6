// SPDX-License-Identifier: Apache-2.0
/** The command {@code verify}, which needs no host. */
@NullMarked
package io.cairn.server.backup;

import org.jspecify.annotations.NullMarked;
