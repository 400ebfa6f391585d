# From lines "LIST STACK SCENE FPS", two for each run of a scene, llvmpipe's first: a table of mean
# frame rates and their ratio, and the geometric mean of the ratios of the list "apps".

function name(scene)
{
	return length(scene) > 56 ? substr(scene, 1, 53) "..." : scene
}

NR % 2 == 1 {
	if (!($3 in runs)) {
		scenes[++count] = $3
		list[$3] = $1
	}
	runs[$3]++
	reference[$3] += $4
}

NR % 2 == 0 {
	ours[$3] += $4
}

END {
	printf "%-56s %9s %9s %7s\n", "scene (frames a second)", "llvmpipe", "ours", "ratio"
	for (i = 1; i <= count; i++) {
		scene = scenes[i]
		if (list[scene] != "apps" && !divided) {
			divided = 1
			print "and of our own, which do not count for the mean:"
		}
		if (reference[scene] == 0) {
			printf "%-56s %9s\n", name(scene), "none"
			continue
		}
		ratio = ours[scene] / reference[scene]
		printf "%-56s %9.1f %9.1f %7.2f\n", name(scene), reference[scene] / runs[scene],
			ours[scene] / runs[scene], ratio
		if (list[scene] != "apps")
			continue
		counted++
		# One scene that does not run at all must not hide the others, nor be hidden by them.
		if (ratio == 0)
			zeros++
		else
			logarithms += log(ratio)
	}
	if (counted > zeros)
		printf "\ngeometric mean of %d ratios: %.2f\n", counted - zeros,
			exp(logarithms / (counted - zeros))
	if (zeros) {
		printf "%d scenes did not run to their end\n", zeros
		exit 1
	}
}
