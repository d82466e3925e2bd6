// SPDX-License-Identifier: Apache-2.0
/** What clients see of node groups and node selectors, and how requests reach certain nodes. */
@NullMarked
package io.cairn.runtime.nodes;

import org.jspecify.annotations.NullMarked;
