// SPDX-License-Identifier: Apache-2.0
/** What is said to and by node groups and node selectors. */
@NullMarked
package io.cairn.service.nodes;

import org.jspecify.annotations.NullMarked;
