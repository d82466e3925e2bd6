// SPDX-License-Identifier: Apache-2.0
/** What is the matter with a node, and what to do about it. */
@NullMarked
package io.cairn.runtime.checkup;

import org.jspecify.annotations.NullMarked;
