print("talkover")
