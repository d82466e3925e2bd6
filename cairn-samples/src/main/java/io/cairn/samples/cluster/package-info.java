// SPDX-License-Identifier: Apache-2.0
/** An application that hears what happens in its cluster. */
@NullMarked
package io.cairn.samples.cluster;

import org.jspecify.annotations.NullMarked;
