// SPDX-License-Identifier: Apache-2.0

/** What authors ask queries with and read their results by. */
@NullMarked
package io.cairn.service.queries;

import org.jspecify.annotations.NullMarked;
