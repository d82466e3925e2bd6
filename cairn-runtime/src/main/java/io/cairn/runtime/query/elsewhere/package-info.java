// SPDX-License-Identifier: Apache-2.0
/** Searches of documents that only other nodes hold: how they are asked, and how one answers. */
@NullMarked
package io.cairn.runtime.query.elsewhere;

import org.jspecify.annotations.NullMarked;
